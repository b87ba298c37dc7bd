import { errors, type Locator } from 'playwright-core';

async function comesTrue(locator: Locator, state: 'visible' | 'detached'): Promise<boolean> {
  try {
    await locator.waitFor({ state });
    return true;
  } catch (error) {
    if (error instanceof errors.TimeoutError) return false;
    throw error;
  }
}

/** Whether it shows up within the page's patience. */
export const appears = async (locator: Locator): Promise<boolean> => comesTrue(locator, 'visible');

/** Whether it goes away within the page's patience. */
export const disappears = async (locator: Locator): Promise<boolean> => comesTrue(locator, 'detached');
