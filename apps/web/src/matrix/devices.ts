import { failure, success, type Outcome } from '../model/failure.ts';
import type { OwnDevice } from '../model/device.ts';
import { failureOf } from './failure-of.ts';
import { ConfirmationAborted, type PasswordConfirmation } from './password-confirmation.ts';
import type { MatrixSession } from './session.ts';

/** The devices the person is signed in on. https://spec.matrix.org/v1.19/client-server-api/#device-management */
export class Devices {
  readonly #session: MatrixSession;
  readonly #confirmation: PasswordConfirmation;

  constructor(session: MatrixSession, confirmation: PasswordConfirmation) {
    this.#session = session;
    this.#confirmation = confirmation;
  }

  /** This one first, then those used last. */
  async list(): Promise<Outcome<readonly OwnDevice[]>> {
    const { client, userId, deviceId: currentId } = this.#session;
    try {
      const { devices } = await client.getDevices();
      const read = devices.map(
        async ({ device_id: deviceId, display_name: name, last_seen_ts: lastSeenTs }): Promise<OwnDevice> => {
          const status = await client.getCrypto()?.getDeviceVerificationStatus(userId, deviceId);
          return {
            deviceId,
            name: name ?? deviceId,
            isCurrent: deviceId === currentId,
            isVerified: status?.crossSigningVerified === true,
            lastSeenTs,
          };
        },
      );
      const all = await Promise.all(read);
      return success(
        all.toSorted((a, b) => Number(b.isCurrent) - Number(a.isCurrent) || (b.lastSeenTs ?? 0) - (a.lastSeenTs ?? 0)),
      );
    } catch (error) {
      return { ok: false, failure: failureOf(error) };
    }
  }

  /** Ends the session of another device; the server asks for the password. */
  async signOutDevice(deviceId: string): Promise<Outcome<void>> {
    try {
      await this.#confirmation.run(async (auth) => this.#session.client.deleteDevice(deviceId, auth ?? undefined));
      return success(undefined);
    } catch (error) {
      return error instanceof ConfirmationAborted
        ? failure('wrong-credentials')
        : { ok: false, failure: failureOf(error) };
    } finally {
      this.#confirmation.forget();
    }
  }
}
