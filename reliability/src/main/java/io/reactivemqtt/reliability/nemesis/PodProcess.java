package io.reactivemqtt.reliability.nemesis;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The harness's side of a {@link Pod}. */
final class PodProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final String machine;
    private final Map<String, CountDownLatch> said = new ConcurrentHashMap<>();
    private final BlockingQueue<Integer> onItsWay = new LinkedBlockingQueue<>();

    private PodProcess(Process process, String machine) {
        this.process = process;
        this.machine = machine;
        Thread reader = new Thread(this::read, "output-of-" + machine);
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts one.
     *
     * @param environment what is added to that of the harness
     * @param errors where its complaints go
     */
    static PodProcess start(
            Network network, String machine, PodOrder order, Map<String, String> environment, Path errors)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-XX:-UsePerfData", // a killed process would leave its file behind
                "-Dio.netty.jfr.enabled=false",
                "-cp",
                System.getProperty("java.class.path"),
                Pod.class.getName()));
        command.addAll(order.arguments());
        ProcessBuilder builder = new ProcessBuilder(network.on(machine, command))
                .redirectError(ProcessBuilder.Redirect.appendTo(file(errors)));
        builder.environment().putAll(environment);
        return new PodProcess(builder.start(), machine);
    }

    private static File file(Path path) {
        return path.toFile();
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(PodWords.ON_ITS_WAY)) {
                    onItsWay.add(Integer.parseInt(line.substring(PodWords.ON_ITS_WAY.length() + 1)));
                } else {
                    heard(line).countDown();
                }
            }
        } catch (IOException e) {
            return; // killed
        }
    }

    private CountDownLatch heard(String line) {
        return said.computeIfAbsent(line, key -> new CountDownLatch(1));
    }

    String machine() {
        return machine;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void tell(String words) throws IOException {
        process.outputWriter(StandardCharsets.US_ASCII)
                .append(words)
                .append('\n')
                .flush();
    }

    /** Waits until it has said so; tells whether it has. */
    boolean await(String words) throws InterruptedException {
        return await(words, PATIENCE);
    }

    boolean await(String words, Duration patience) throws InterruptedException {
        return heard(words).await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Asks the owner in it how much is on its way; -1 if it does not say. */
    int onItsWay() throws IOException, InterruptedException {
        onItsWay.clear();
        tell(PodWords.INSPECT);
        Integer answer = onItsWay.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        return answer == null ? -1 : answer;
    }

    /** Sends a signal, such as {@code STOP}. */
    void signal(String name) throws IOException, InterruptedException {
        Programs.signal(process, name);
    }

    /** Ends it, with no chance to do anything about it. */
    void kill() {
        Programs.kill(process);
    }

    @Override
    public void close() {
        kill();
    }
}
