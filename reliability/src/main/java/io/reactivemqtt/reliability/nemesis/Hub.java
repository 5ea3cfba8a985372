package io.reactivemqtt.reliability.nemesis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Runs the harness again, within a network namespace of its own, so that nothing of this machine's network is touched; whatever it leaves
 * behind, this one removes.
 */
final class Hub {

    private static final Path NAMESPACES = Path.of("/run/netns");

    private Hub() {}

    /**
     * Returns its exit status.
     *
     * @param harness whose {@code main} it is
     * @param arguments behind those that tell it where it runs
     */
    static int run(Class<?> harness, List<String> arguments) throws IOException, InterruptedException {
        String prefix = "nemesis-" + Integer.toHexString(new Random().nextInt(0x1000, 0x10000));
        Programs.run(List.of("ip", "netns", "add", prefix));
        Thread cleaner = new Thread(() -> clean(prefix), "cleaner");
        Runtime.getRuntime().addShutdownHook(cleaner);
        Programs.run(List.of("ip", "-n", prefix, "link", "set", "lo", "up"));
        List<String> command = new ArrayList<>(List.of(
                "nsenter",
                "--net=" + NAMESPACES.resolve(prefix),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-D" + Mosquitto.TRACE + "=" + Boolean.getBoolean(Mosquitto.TRACE),
                "-cp",
                System.getProperty("java.class.path"),
                harness.getName(),
                "--namespaces",
                prefix));
        command.addAll(arguments);
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    /** Ends what still runs in the namespaces, and removes them and the disks; those of other runs have other names. */
    private static void clean(String prefix) {
        try (Stream<Path> all = Files.list(NAMESPACES)) {
            for (Path namespace : all.filter(
                            path -> path.getFileName().toString().startsWith(prefix))
                    .toList()) {
                String name = namespace.getFileName().toString();
                for (String process : Programs.run(List.of("ip", "netns", "pids", name), "")
                        .lines()
                        .toList()) {
                    ProcessHandle.of(Long.parseLong(process.strip())).ifPresent(ProcessHandle::destroyForcibly);
                }
                Programs.run(List.of("ip", "netns", "del", name));
            }
            for (String mount : Files.readAllLines(Path.of("/proc/mounts"))) {
                String folder = mount.split(" ", -1)[1];
                if (folder.contains("/" + prefix + "-")) {
                    Programs.run(List.of("umount", "--lazy", folder));
                }
            }
        } catch (IOException e) {
            System.err.println("left behind: namespaces " + prefix + "*: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
