import { createContext, useContext } from 'react'
import type { Stores } from '../stores/stores.ts'

export const StoresContext = createContext<Stores | undefined>(undefined)

export function useStores(): Stores {
  const stores = useContext(StoresContext)
  if (!stores) throw new Error('a view is shown outside of StoresContext')
  return stores
}
