import { useEffect, useRef, type RefObject } from 'react';

/** After a refused form the focus goes to the first field that needs it. `problems` changes with each refusal. */
export function useFocusOnProblem(problems: object): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  const isSubmitting = useRef(false);
  useEffect(() => {
    const element = form.current;
    const onSubmit = (): void => {
      isSubmitting.current = true;
    };
    element?.addEventListener('submit', onSubmit);
    return () => element?.removeEventListener('submit', onSubmit);
  }, []);
  useEffect(() => {
    if (!isSubmitting.current) return;
    const field = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    if (field === null || field === undefined) return;
    isSubmitting.current = false;
    field.focus();
  }, [problems]);
  return form;
}
