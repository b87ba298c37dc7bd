import type { OwnDevice } from '../../model/device.ts';
import type { FailureKind, Outcome } from '../../model/failure.ts';
import { MutableValue, type Disposable, type Observable } from '../../observable/observable.ts';
import { inBackground } from '../../observable/in-background.ts';

export interface SettingsDependencies {
  listDevices(): Promise<Outcome<readonly OwnDevice[]>>;
  signOutDevice(deviceId: string): Promise<Outcome<void>>;
  verifyDevice(deviceId: string): Promise<void>;
  recoveryStatus(): Promise<{ readonly hasKey: boolean; readonly isBackupActive: boolean }>;
}

export interface SettingsSnapshot {
  /** Undefined while loading. */
  readonly devices: readonly OwnDevice[] | undefined;
  readonly recovery: { readonly hasKey: boolean; readonly isBackupActive: boolean } | undefined;
  readonly busyDeviceId: string | undefined;
  readonly failure: FailureKind | undefined;
}

/** The account's devices and its recovery key. */
export class SettingsViewModel implements Disposable {
  readonly #dependencies: SettingsDependencies;
  readonly #snapshot = new MutableValue<SettingsSnapshot>({
    devices: undefined,
    recovery: undefined,
    busyDeviceId: undefined,
    failure: undefined,
  });

  constructor(dependencies: SettingsDependencies) {
    this.#dependencies = dependencies;
    inBackground(this.refresh());
  }

  get snapshot(): Observable<SettingsSnapshot> {
    return this.#snapshot;
  }

  readonly refresh = async (): Promise<void> => {
    const [devices, recovery] = await Promise.all([
      this.#dependencies.listDevices(),
      this.#dependencies.recoveryStatus(),
    ]);
    if (devices.ok) this.#set({ devices: devices.value, recovery });
    else this.#set({ devices: [], recovery, failure: devices.failure.kind });
  };

  readonly verify = async (device: OwnDevice): Promise<void> => {
    try {
      await this.#dependencies.verifyDevice(device.deviceId);
    } catch {
      this.#set({ failure: 'unexpected' });
    }
  };

  readonly signOutDevice = async (device: OwnDevice): Promise<void> => {
    this.#set({ busyDeviceId: device.deviceId, failure: undefined });
    const outcome = await this.#dependencies.signOutDevice(device.deviceId);
    this.#set({ busyDeviceId: undefined, ...(!outcome.ok && { failure: outcome.failure.kind }) });
    if (outcome.ok) await this.refresh();
  };

  #set(change: Partial<SettingsSnapshot>): void {
    this.#snapshot.update((now) => ({ ...now, ...change }));
  }

  dispose(): void {
    this.#set({ devices: undefined });
  }
}
