import type { ReactElement } from 'react';

/** Ends before punctuation that belongs to the sentence. */
const LINK = /(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}])/gi;

/** One to three emojis and nothing else are shown large. */
const ONLY_EMOJI =
  /^(?:\p{Extended_Pictographic}(?:\uFE0F|\u200D\p{Extended_Pictographic}|\p{Emoji_Modifier})*\s*){1,3}$/u;

export const isOnlyEmoji = (text: string): boolean => ONLY_EMOJI.test(text.trim());

export function LinkifiedText({ text }: { readonly text: string }): ReactElement {
  const parts = text.split(LINK);
  return (
    <span className="st-plain-text">
      {parts.map((part, index) =>
        // The pattern's one group makes every other part a link.
        index % 2 === 1 ? (
          <a key={index} href={part} target="_blank" rel="noreferrer noopener">
            {part}
          </a>
        ) : (
          part
        ),
      )}
    </span>
  );
}
