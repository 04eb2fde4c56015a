import { testSeeds } from './seed-suite.ts'

testSeeds(2, 4)
