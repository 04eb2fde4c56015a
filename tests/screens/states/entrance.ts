import type { Show } from '../states.ts'

export const entrance: Record<string, Show> = {
  'log in': async ({ page, t }, { host }) => {
    await page.goto(`${host.url}/login`)
    await page.getByRole('heading', { name: t.entrance.logInTitle }).waitFor()
  },

  'log in, refused': async ({ page, t }, { host }) => {
    await page.goto(`${host.url}/login`)
    await page.getByLabel(t.entrance.handle, { exact: true }).fill('nobody-here')
    await page.getByLabel(t.entrance.password, { exact: true }).fill('not a password')
    await page.getByRole('button', { name: t.entrance.logIn }).click()
    await page.getByText(t.refusals['wrong-credentials']).waitFor()
  },

  join: async ({ page, t }, cast) => {
    await page.goto(await cast.invitation())
    await page.getByRole('heading', { name: t.entrance.joinTitleTo('Hillside') }).waitFor()
  },

  'join, all wrong': async ({ page, t }, cast) => {
    await page.goto(await cast.invitation())
    await page.getByLabel(t.entrance.handle, { exact: true }).fill('-')
    await page.getByLabel(t.entrance.password, { exact: true }).fill('short')
    await page.getByRole('button', { name: t.entrance.join }).click()
    await page.getByText(t.entrance.handleWrong).waitFor()
  },

  'join, a common password': async ({ page, t }, cast) => {
    await page.goto(await cast.invitation())
    await page.getByLabel(t.entrance.name, { exact: true }).fill('Eve')
    await page.getByLabel(t.entrance.handle, { exact: true }).fill('eve')
    await page.getByLabel(t.entrance.password, { exact: true }).fill('iloveyou')
    await page.getByRole('button', { name: t.entrance.join }).click()
    await page.getByText(t.refusals['weak-password']).waitFor()
  },

  'join, a link that is cut': async ({ page, t }, { host }) => {
    await page.goto(`${host.url}/join/abc`)
    await page.getByRole('heading', { name: t.entrance.cutTitle }).waitFor()
  },
}
