import { useState, type ReactElement } from 'react';
import { FieldError, Input, Label, Text, TextField as AriaTextField, ToggleButton } from 'react-aria-components';
import { Icon } from './icon.tsx';

export interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'password';
  readonly name?: string;
  readonly autoComplete?: string;
  readonly hint?: string;
  /** What is wrong and what to do; shown at the field and tied to it. */
  readonly error?: string | undefined;
  readonly isRequired?: boolean;
  readonly isReadOnly?: boolean;
  readonly autoFocus?: boolean;
  readonly isCode?: boolean;
  readonly maxLength?: number;
  /** For passwords: the label of the button that shows what was typed. */
  readonly revealLabel?: string;
  readonly testId?: string;
}

export function TextField(props: TextFieldProps): ReactElement {
  const { type = 'text', error, hint } = props;
  const [isRevealed, setRevealed] = useState(false);
  return (
    <AriaTextField
      className="st-field"
      type={type === 'password' && isRevealed ? 'text' : type}
      value={props.value}
      onChange={props.onChange}
      isInvalid={error !== undefined}
      isRequired={props.isRequired ?? false}
      isReadOnly={props.isReadOnly ?? false}
      validationBehavior="aria"
      autoFocus={props.autoFocus ?? false}
      {...(props.name !== undefined && { name: props.name })}
      {...(props.autoComplete !== undefined && { autoComplete: props.autoComplete })}
      {...(props.maxLength !== undefined && { maxLength: props.maxLength })}
      {...((type === 'password' || props.isCode) && { spellCheck: 'false' as const, autoCorrect: 'off' })}
    >
      <Label className="st-field__label">{props.label}</Label>
      {hint !== undefined && (
        <Text slot="description" className="st-field__hint">
          {hint}
        </Text>
      )}
      <span className="st-field__box">
        <Input
          className={props.isCode ? 'st-field__input st-field__input--code' : 'st-field__input'}
          data-testid={props.testId}
        />
        {type === 'password' && props.revealLabel !== undefined && (
          <ToggleButton
            className="st-field__reveal"
            aria-label={props.revealLabel}
            isSelected={isRevealed}
            onChange={setRevealed}
          >
            <Icon name={isRevealed ? 'eyeOff' : 'eye'} />
          </ToggleButton>
        )}
      </span>
      <FieldError className="st-field__error">
        <Icon name="error" size={18} />
        <span>{error}</span>
      </FieldError>
    </AriaTextField>
  );
}
