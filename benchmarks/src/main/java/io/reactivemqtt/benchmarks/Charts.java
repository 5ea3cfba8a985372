package io.reactivemqtt.benchmarks;

import io.reactivemqtt.benchmarks.client.Peer;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleBiFunction;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler.LegendPosition;

/** The main figures of a run as pictures, for a light and a dark page, beside the page. */
final class Charts {

    private static final int WIDTH = 860;
    private static final int HEIGHT = 340;

    /** Of those that are named, in this order; they can be told apart on both grounds. */
    private static final List<Color> COLOURS = List.of(
            new Color(0x8C8C8C), new Color(0x2A78D6), new Color(0xE08A1E), new Color(0x2E9E6B), new Color(0xB0569F));

    private record Ground(String name, Color paper, Color ink, Color grid) {}

    private static final List<Ground> GROUNDS = List.of(
            new Ground("light", Color.WHITE, new Color(0x1F2328), new Color(0xD8DEE4)),
            new Ground("dark", new Color(0x0D1117), new Color(0xE6EDF3), new Color(0x30363D)));

    private final Path directory;
    private final StringBuilder markdown = new StringBuilder();

    private Charts(Path directory) {
        this.directory = directory;
    }

    /** Draws what {@code results} have beside {@code page}, and returns how the page shows it. */
    static String draw(Path page, Results results) throws IOException {
        Path directory = page.resolveSibling("performance");
        Files.createDirectories(directory);
        Charts charts = new Charts(directory);
        charts.draw(
                "cpu",
                "CPU of the client's process, µs a message of 64 bytes",
                List.of(Peer.IDEAL, Peer.OURS, Peer.HIVEMQ_TUNED),
                messages(),
                (workload, peer) -> results.median(workload, peer, Results.Figure.CPU_MICROS));
        charts.draw(
                "start",
                "Start of the JVM to the first PUBACK on one core, ms",
                List.of(Peer.RAW_NETTY, Peer.OURS, Peer.HIVEMQ, Peer.VERTX, Peer.AWS_CRT),
                List.of(FreshProcesses.START, FreshProcesses.ARCHIVED_START),
                (start, peer) -> results.median(start, peer, 0));
        charts.draw(
                "idle",
                "An idle connection, bytes of heap",
                List.of(Peer.RAW_NETTY, Peer.OURS, Peer.HIVEMQ, Peer.VERTX, Peer.AWS_CRT),
                List.of(FreshProcesses.IDLE),
                (idle, peer) -> results.median(idle, peer, 0));
        return charts.markdown.toString();
    }

    private static List<String> messages() {
        return Workload.all().stream()
                .filter(workload -> workload.isPlain() && workload.bytes() == 64)
                .map(Workload::toString)
                .toList();
    }

    /** One bar for each of {@code peers} over each of {@code names}; what nobody has measured is left out. */
    private void draw(
            String file, String title, List<Peer> peers, List<String> names, ToDoubleBiFunction<String, Peer> value)
            throws IOException {
        List<String> measured = names.stream()
                .filter(name -> peers.stream().anyMatch(peer -> Double.isFinite(value.applyAsDouble(name, peer))))
                .toList();
        if (measured.isEmpty()) {
            return;
        }
        for (Ground ground : GROUNDS) {
            CategoryChart chart = new CategoryChartBuilder()
                    .width(WIDTH)
                    .height(HEIGHT)
                    .title(title)
                    .build();
            style(chart.getStyler(), ground);
            for (Peer peer : peers) {
                chart.addSeries(
                        peer.title(),
                        measured.stream()
                                .map(name -> name.replace(", 64 B", ""))
                                .toList(),
                        measured.stream()
                                .map(name -> orNothing(value.applyAsDouble(name, peer)))
                                .toList());
            }
            VectorGraphicsEncoder.saveVectorGraphic(chart, fileOf(file, ground).toString(), VectorGraphicsFormat.SVG);
        }
        markdown.append(String.format(
                Locale.ROOT,
                "<picture><source media=\"(prefers-color-scheme: dark)\" srcset=\"performance/%1$s-dark.svg\">"
                        + "<img alt=\"%2$s\" src=\"performance/%1$s-light.svg\"></picture>%n%n",
                file,
                title));
    }

    private static double orNothing(double value) {
        return Double.isFinite(value) ? value : 0;
    }

    private Path fileOf(String file, Ground ground) {
        return directory.resolve(file + "-" + ground.name + ".svg");
    }

    private static void style(CategoryStyler styler, Ground ground) {
        styler.setLegendPosition(LegendPosition.OutsideE);
        styler.setChartBackgroundColor(ground.paper);
        styler.setPlotBackgroundColor(ground.paper);
        styler.setLegendBackgroundColor(ground.paper);
        styler.setLegendBorderColor(ground.paper);
        styler.setChartFontColor(ground.ink);
        styler.setPlotBorderVisible(false);
        styler.setSeriesColors(COLOURS.toArray(new Color[0]));
        styler.setAxisTickLabelsColor(ground.ink);
        styler.setAxisTickMarksColor(ground.grid);
        styler.setPlotGridLinesColor(ground.grid);
        styler.setPlotGridVerticalLinesVisible(false);
        styler.setYAxisMin(0.0);
        styler.setAvailableSpaceFill(0.8);
        styler.setOverlapped(false);
    }
}
