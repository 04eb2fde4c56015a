import { testSeeds } from './seed-suite.ts'

testSeeds(3, 4)
