import { testSeeds } from './seed-suite.ts'

testSeeds(4, 4)
