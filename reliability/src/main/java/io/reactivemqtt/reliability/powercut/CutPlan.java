package io.reactivemqtt.reliability.powercut;

/**
 * How much is tried in a cell.
 *
 * @param lives how many processes at least, one after the other
 * @param cuts at how many moments at least the power is cut
 * @param messages how many each client of each process sends or receives
 * @param between the share of moments that are tried between two flushes
 * @param others how many disks are rebuilt by chance at each moment, beside those that always are
 */
record CutPlan(int lives, int cuts, int messages, double between, int others) {}
