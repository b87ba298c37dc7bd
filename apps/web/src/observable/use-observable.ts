import { useEffect, useMemo, useSyncExternalStore, type DependencyList } from 'react';
import type { Disposable, Observable } from './observable.ts';

/** Renders anew when the value changes. */
export function useObservable<Value>(observable: Observable<Value>): Value {
  return useSyncExternalStore(observable.subscribe, observable.get);
}

/** Makes a view model that lives as long as the component and its dependencies do. */
export function useViewModel<ViewModel extends Disposable>(
  create: () => ViewModel,
  dependencies: DependencyList,
): ViewModel {
  const viewModel = useMemo(create, dependencies);
  useEffect(() => () => viewModel.dispose(), [viewModel]);
  return viewModel;
}
