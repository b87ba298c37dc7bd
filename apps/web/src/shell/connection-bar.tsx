import { Icon } from '@stafette/ui';
import type { ReactElement } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import type { Observable } from '../observable/observable.ts';
import { useObservable } from '../observable/use-observable.ts';

/** Always there for the screen reader, seen only while there is no connection. */
export function ConnectionBar({
  connection,
}: {
  readonly connection: Observable<'connecting' | 'online' | 'offline'>;
}): ReactElement {
  const { t } = useI18n();
  const isOffline = useObservable(connection) === 'offline';
  return (
    <div role="status" className="st-offline" data-offline={isOffline || undefined} data-testid="offline-bar">
      {isOffline && (
        <>
          <Icon name="warning" size={18} />
          {t('connection.offline')}
        </>
      )}
    </div>
  );
}
