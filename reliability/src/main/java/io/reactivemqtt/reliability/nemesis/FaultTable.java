package io.reactivemqtt.reliability.nemesis;

import io.reactivemqtt.reliability.ReportPage;
import java.util.List;
import java.util.Locale;

/** How reports are written: a line each for a terminal, and rows of Markdown. */
final class FaultTable {

    private static final String LINE = "%-52s %6s %6s %5s %8s %8s %5s %6s %6s %8s %5s %6s %6s %6s %8s %6s %7s %7s";
    private static final String HEAD = """
            | fault | faults | owners | taken back | accepted | in doubt | lost | repeated QoS 1 | repeated QoS 2 | given | lost | handled again QoS 1 | handled again QoS 2 | out of order | appends | stale | refused | seconds |
            |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
            """;

    private FaultTable() {}

    static String head() {
        return String.format(
                LINE,
                "fault",
                "faults",
                "owners",
                "back",
                "accepted",
                "in doubt",
                "lost",
                "rep. 1",
                "rep. 2",
                "given",
                "lost",
                "rep. 1",
                "rep. 2",
                "order",
                "appends",
                "stale",
                "refused",
                "seconds");
    }

    static String line(FaultReport report) {
        Checks.Sent sent = report.sent();
        Checks.Taken taken = report.taken();
        return String.format(
                LINE,
                report.words(),
                report.faults(),
                report.owners(),
                report.takenBack(),
                sent.accepted(),
                sent.inDoubt(),
                sent.lost(),
                sent.repeatedQos1(),
                sent.repeatedQos2(),
                taken.given(),
                taken.lost(),
                taken.repeatedQos1(),
                taken.repeatedQos2(),
                sent.outOfOrder() + taken.outOfOrder(),
                report.written().appends(),
                report.written().stale() + report.written().backwards(),
                report.written().refused(),
                report.duration().toSeconds());
    }

    static ReportPage.Rows markdown(List<FaultReport> reports) {
        return new ReportPage.Rows(HEAD, reports.stream().map(FaultTable::row).toList());
    }

    private static String row(FaultReport report) {
        Checks.Sent sent = report.sent();
        Checks.Taken taken = report.taken();
        return "| "
                + String.join(
                        " | ",
                        report.words(),
                        number(report.faults()),
                        number(report.owners()),
                        number(report.takenBack()),
                        number(sent.accepted()),
                        number(sent.inDoubt()),
                        promised(sent.lost()),
                        number(sent.repeatedQos1()),
                        promised(sent.repeatedQos2()),
                        number(taken.given()),
                        promised(taken.lost()),
                        number(taken.repeatedQos1()),
                        report.cell().handling().isExactlyOnce()
                                ? promised(taken.repeatedQos2())
                                : number(taken.repeatedQos2()),
                        promised(sent.outOfOrder() + taken.outOfOrder()),
                        seen(report, number(report.written().appends())),
                        seen(
                                report,
                                promised(report.written().stale()
                                        + report.written().backwards())),
                        seen(report, number(report.written().refused())),
                        number(report.duration().toSeconds()))
                + " |";
    }

    private static String seen(FaultReport report, String count) {
        return report.cell().isAppendSeen() ? count : "–";
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private static String promised(long count) {
        return "**" + number(count) + "**";
    }
}
