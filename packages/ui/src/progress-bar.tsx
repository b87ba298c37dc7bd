import type { ReactElement } from 'react';
import { Label, ProgressBar as AriaProgressBar } from 'react-aria-components';

export interface ProgressBarProps {
  readonly label: string;
  /** 0 to 1; undefined while nobody knows. */
  readonly value: number | undefined;
  /** Instead of the percentage: "12 of 40". */
  readonly valueLabel?: string;
}

export function ProgressBar({ label, value, valueLabel }: ProgressBarProps): ReactElement {
  const percent = value === undefined ? 0 : Math.round(value * 100);
  return (
    <AriaProgressBar
      className="st-progress"
      value={percent}
      isIndeterminate={value === undefined}
      {...(valueLabel !== undefined && { valueLabel })}
    >
      {({ valueText }) => (
        <>
          <span className="st-progress__text">
            <Label>{label}</Label>
            <span>{value === undefined ? '' : valueText}</span>
          </span>
          <span className="st-progress__track">
            <span
              className="st-progress__bar"
              data-indeterminate={value === undefined || undefined}
              style={{ width: value === undefined ? '35%' : `${percent}%` }}
            />
          </span>
        </>
      )}
    </AriaProgressBar>
  );
}
