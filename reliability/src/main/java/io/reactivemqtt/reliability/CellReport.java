package io.reactivemqtt.reliability;

import io.reactivemqtt.Qos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What was seen in a cell.
 *
 * @param cell what was tried
 * @param store what stands behind its name, if it was not over the ordinary store
 * @param kills how often a process was killed
 * @param tally what became of the messages
 * @param complaints what its clients in the processes said that should not happen
 * @param duration how long it took, with all cells that share the processes
 */
record CellReport(Cell cell, String store, int kills, Tally tally, List<String> complaints, Duration duration) {

    /** Returns what was tried, for people. */
    String words() {
        return cell.words() + store;
    }

    /** Returns in which ways the promises were broken; empty if they were kept. */
    List<String> violations() {
        List<String> violations = new ArrayList<>();
        if (tally.given() == 0) {
            violations.add("no message was sent, which shows nothing");
        }
        if (tally.lost() > 0) {
            violations.add(tally.lost() + " messages are lost");
        }
        if (cell.direction() == Cell.Direction.SENDER) {
            if (cell.qos() == Qos.EXACTLY_ONCE && tally.repeated() > 0) {
                violations.add(tally.repeated() + " QoS 2 messages arrived more than once");
            }
        } else {
            if (tally.repeatedTooLate() > 0) {
                String last = cell.direction() == Cell.Direction.BATCH_RECEIVER
                        ? "in the last batch of the process that was killed"
                        : "among the last";
                violations.add(tally.repeatedTooLate() + " messages were received again that were not " + last);
            }
            if (tally.repeatedWithoutKill() > 0) {
                violations.add(tally.repeatedWithoutKill() + " messages were received again without a kill");
            }
        }
        complaints.forEach(complaint -> violations.add("a process said: " + complaint));
        return violations;
    }
}
