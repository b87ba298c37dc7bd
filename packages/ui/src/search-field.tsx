import type { ReactElement, Ref } from 'react';
import { Button, Input, SearchField as AriaSearchField } from 'react-aria-components';
import { Icon } from './icon.tsx';

export interface SearchFieldProps {
  readonly label: string;
  readonly clearLabel: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly autoFocus?: boolean;
  readonly inputRef?: Ref<HTMLInputElement>;
  readonly testId?: string;
}

/** Its label is its placeholder too: the magnifying glass says what it is. */
export function SearchField(props: SearchFieldProps): ReactElement {
  return (
    <AriaSearchField
      className="st-search"
      aria-label={props.label}
      value={props.value}
      onChange={props.onChange}
      autoFocus={props.autoFocus ?? false}
    >
      <Icon name="search" size={18} />
      <Input
        className="st-search__input"
        placeholder={props.label}
        data-testid={props.testId}
        {...(props.inputRef && { ref: props.inputRef })}
      />
      {props.value !== '' && (
        <Button className="st-search__clear" aria-label={props.clearLabel}>
          <Icon name="close" size={16} />
        </Button>
      )}
    </AriaSearchField>
  );
}
