import { Avatar, Banner, Button, Dialog, DialogFooter, Icon, SearchField, Spinner, TextField } from '@stafette/ui';
import type { ReactElement } from 'react';
import { FAILURE_TEXTS } from '../../i18n/failure-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import type { Person } from '../../model/person.ts';
import {
  MINIMUM_QUERY_LENGTH,
  type ConversationPurpose,
  type NewConversationSnapshot,
} from './new-conversation-view-model.ts';

export interface NewConversationViewProps {
  readonly snapshot: NewConversationSnapshot;
  readonly purpose: ConversationPurpose['kind'];
  readonly onName: (name: string) => void;
  readonly onSearch: (query: string) => void;
  readonly onChoose: (person: Person) => void;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
}

const TITLES = { direct: 'newChat.title', room: 'newRoom.title', invite: 'member.invite' } as const;

export function NewConversationView(props: NewConversationViewProps): ReactElement {
  const { t } = useI18n();
  const { snapshot, purpose } = props;
  return (
    <Dialog title={t(TITLES[purpose])} closeLabel={t('action.close')} onClose={props.onClose} testId="new-conversation">
      <form
        className="st-stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (purpose !== 'direct') props.onSubmit();
        }}
      >
        {snapshot.failure !== undefined && (
          <Banner tone="danger" role="alert">
            {t(FAILURE_TEXTS[snapshot.failure])}
          </Banner>
        )}
        {purpose === 'room' && (
          <TextField
            label={t('newRoom.name')}
            hint={t('newRoom.nameHint')}
            value={snapshot.name}
            onChange={props.onName}
            error={snapshot.isNameMissing ? t('form.missing') : undefined}
            autoFocus
            isRequired
            testId="new-room-name"
          />
        )}
        {snapshot.chosen.length > 0 && (
          <ul className="st-chosen" aria-label={t('newRoom.chosen')}>
            {snapshot.chosen.map((person) => (
              <li key={person.userId}>
                <button
                  type="button"
                  className="st-chosen__person"
                  aria-label={t('newRoom.remove', { name: person.name })}
                  onClick={() => props.onChoose(person)}
                >
                  <Avatar name={person.name} seed={person.userId} size={28} />
                  {person.name}
                  <Icon name="close" size={16} />
                </button>
              </li>
            ))}
          </ul>
        )}
        <SearchField
          label={t('newChat.search')}
          clearLabel={t('action.clear')}
          value={snapshot.query}
          onChange={props.onSearch}
          autoFocus={purpose !== 'room'}
          testId="person-search"
        />
        <People {...props} />
        {purpose !== 'direct' && (
          <DialogFooter>
            <Button variant="secondary" onPress={props.onClose}>
              {t('action.cancel')}
            </Button>
            <Button
              type="submit"
              isPending={snapshot.isBusy}
              isDisabled={purpose === 'invite' && snapshot.chosen.length === 0}
              testId="new-conversation-submit"
            >
              {t(purpose === 'room' ? 'newRoom.submit' : 'member.inviteSubmit')}
            </Button>
          </DialogFooter>
        )}
      </form>
    </Dialog>
  );
}

function People({ snapshot, onChoose }: NewConversationViewProps): ReactElement {
  const { t } = useI18n();
  const { results, isSearching, query, chosen, isBusy } = snapshot;
  if (results === undefined && !isSearching) {
    return (
      <p className="st-people__hint">
        {t(query.trim().length > 0 && query.trim().length < MINIMUM_QUERY_LENGTH ? 'newChat.typeMore' : 'newChat.hint')}
      </p>
    );
  }
  if (results === undefined) {
    return (
      <div className="st-people__hint">
        <Spinner label={t('newChat.searching')} />
      </div>
    );
  }
  if (results.length === 0 && !isSearching) {
    return (
      <p className="st-people__hint" role="status">
        {t('newChat.nobody')}
      </p>
    );
  }
  return (
    <ul className="st-people" aria-label={t('newChat.results')} aria-busy={isSearching || isBusy}>
      {results.map((person) => {
        const isChosen = chosen.some(({ userId }) => userId === person.userId);
        return (
          <li key={person.userId}>
            <button
              type="button"
              className="st-person"
              onClick={() => onChoose(person)}
              aria-pressed={isChosen}
              disabled={isBusy}
              data-testid="person-result"
            >
              <Avatar name={person.name} seed={person.userId} size={36} />
              <span>{person.name}</span>
              {isChosen && <Icon name="check" />}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
