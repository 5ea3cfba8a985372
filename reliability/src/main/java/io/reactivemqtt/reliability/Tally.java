package io.reactivemqtt.reliability;

/**
 * What a truth counted. Messages are counted by their numbers.
 *
 * @param given messages that the sender has been told are safe
 * @param arrived of all messages, those that came, at least once
 * @param lost given and never arrived
 * @param repeated arrived more than once
 * @param inDoubt arrived, though a kill came before the sender was told that they are safe
 * @param mostRepeatedOfOneRun received by one process and again by a later one; the largest number
 * @param repeatedTooLate received again though the process that was killed had long been done with later ones
 * @param repeatedByServer of those that would be too late: between the two was a process that received nothing, so that the
 *     Server, which has forgotten what it had sent, sent it again
 * @param repeatedWithoutKill received twice by the same process
 */
record Tally(
        int given,
        int arrived,
        int lost,
        int repeated,
        int inDoubt,
        int mostRepeatedOfOneRun,
        int repeatedTooLate,
        int repeatedByServer,
        int repeatedWithoutKill) {}
