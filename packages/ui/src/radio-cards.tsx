import type { ReactElement } from 'react';
import { Label, Radio, RadioGroup } from 'react-aria-components';

export interface RadioCardsProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: ReadonlyArray<{ readonly value: Value; readonly label: string; readonly lang?: string }>;
  readonly onChange: (value: Value) => void;
}

/** One of a few, all in view. */
export function RadioCards<Value extends string>(props: RadioCardsProps<Value>): ReactElement {
  return (
    <RadioGroup
      className="st-radios"
      orientation="horizontal"
      value={props.value}
      onChange={(chosen) => {
        const option = props.options.find(({ value }) => value === chosen);
        if (option) props.onChange(option.value);
      }}
    >
      <Label className="st-field__label">{props.label}</Label>
      <span className="st-radios__row">
        {props.options.map(({ value, label, lang }) => (
          <Radio key={value} value={value} className="st-radio">
            <span className="st-radio__dot" aria-hidden="true" />
            <span {...(lang !== undefined && { lang })}>{label}</span>
          </Radio>
        ))}
      </span>
    </RadioGroup>
  );
}
