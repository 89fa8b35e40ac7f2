import { plainCensus } from '../../../src/system/walk/census-node.ts';
import { censusContract } from '../census.contract.ts';

censusContract('plain', () => plainCensus);
