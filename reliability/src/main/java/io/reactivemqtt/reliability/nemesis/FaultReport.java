package io.reactivemqtt.reliability.nemesis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What was seen in a cell.
 *
 * @param cell what was tried
 * @param faults how often
 * @param owners how many owners the Session had
 * @param takenBack how often an earlier owner took it back from a later one
 * @param sent what became of what they sent
 * @param taken what became of what the Server had for them
 * @param written who wrote to the Session
 * @param complaints what else is not as it should be
 * @param duration of all of it
 */
record FaultReport(
        FaultCell cell,
        int faults,
        int owners,
        int takenBack,
        Checks.Sent sent,
        Checks.Taken taken,
        Checks.Written written,
        List<String> complaints,
        Duration duration) {

    /** Returns what was tried, for people. */
    String words() {
        return cell.words();
    }

    /** Returns in which ways the promises were broken; empty if they were kept. */
    List<String> violations() {
        List<String> violations = new ArrayList<>();
        if (sent.accepted() == 0 || taken.given() == 0 || (written.appends() == 0 && cell.isAppendSeen())) {
            violations.add("nothing was sent, which shows nothing");
        }
        count(violations, sent.lost(), "accepted messages never arrived");
        count(violations, sent.repeatedQos2(), "QoS 2 messages arrived more than once");
        count(violations, sent.outOfOrder(), "messages arrived before an earlier one of their topic");
        count(violations, taken.lost(), "messages were never handled");
        count(violations, taken.outOfOrder(), "messages were handled before an earlier one of their topic");
        if (cell.handling().isExactlyOnce()) {
            count(violations, taken.repeatedQos2(), "QoS 2 messages were handled more than once");
        }
        count(violations, written.stale(), "appends of somebody who did not own the Session are visible");
        count(violations, written.backwards(), "appends are of an earlier epoch than one before them");
        violations.addAll(complaints);
        return violations;
    }

    private static void count(List<String> violations, long count, String words) {
        if (count > 0) {
            violations.add(count + " " + words);
        }
    }
}
