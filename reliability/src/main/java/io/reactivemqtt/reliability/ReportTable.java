package io.reactivemqtt.reliability;

import io.reactivemqtt.Qos;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How reports are written: a line each for a terminal, and rows of Markdown. */
final class ReportTable {

    private static final String LINE = "%-46s %6s %9s %9s %6s %9s %8s %9s %9s %8s";
    private static final String HEAD = """
            | killed | kills | given | arrived | lost | repeated | at once | by Server | in doubt | seconds |
            |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|
            """;

    private ReportTable() {}

    static String head() {
        return String.format(
                LINE,
                "killed",
                "kills",
                "given",
                "arrived",
                "lost",
                "repeated",
                "at once",
                "by Server",
                "in doubt",
                "seconds");
    }

    static String line(CellReport report) {
        Tally tally = report.tally();
        return String.format(
                LINE,
                report.words(),
                report.kills(),
                tally.given(),
                tally.arrived(),
                tally.lost(),
                tally.repeated(),
                atOnce(report),
                byServer(report),
                inDoubt(report),
                report.duration().toSeconds());
    }

    static ReportPage.Rows markdown(List<CellReport> reports) {
        List<String> rows = new ArrayList<>();
        for (CellReport report : reports) {
            Tally tally = report.tally();
            rows.add(String.format(
                    Locale.ROOT,
                    "| %s | %,d | %,d | %,d | %s | %s | %s | %s | %s | %,d |",
                    report.words(),
                    report.kills(),
                    tally.given(),
                    tally.arrived(),
                    promised(tally.lost(), true),
                    promised(tally.repeated(), isRepeatForbidden(report.cell())),
                    atOnce(report),
                    byServer(report),
                    inDoubt(report),
                    report.duration().toSeconds()));
        }
        return new ReportPage.Rows(HEAD, rows);
    }

    private static boolean isRepeatForbidden(Cell cell) {
        return cell.direction() == Cell.Direction.SENDER && cell.qos() == Qos.EXACTLY_ONCE;
    }

    private static String promised(int count, boolean toBeNone) {
        String number = String.format(Locale.ROOT, "%,d", count);
        return toBeNone ? "**" + number + "**" : number;
    }

    /** A witness of senders does not know which kill a repeat belongs to. */
    private static String atOnce(CellReport report) {
        return report.cell().direction().isReceiver()
                ? String.format(Locale.ROOT, "%,d", report.tally().mostRepeatedOfOneRun())
                : "–";
    }

    private static String byServer(CellReport report) {
        return report.cell().direction().isReceiver()
                ? String.format(Locale.ROOT, "%,d", report.tally().repeatedByServer())
                : "–";
    }

    /** The publisher to the receivers is never killed, so nothing of it is in doubt. */
    private static String inDoubt(CellReport report) {
        return !report.cell().direction().isReceiver()
                ? String.format(Locale.ROOT, "%,d", report.tally().inDoubt())
                : "–";
    }
}
