package io.reactivemqtt.reliability.powercut;

import io.reactivemqtt.reliability.powercut.LifeOrder.Direction;
import io.reactivemqtt.reliability.powercut.LifeOrder.Way;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A machine whose power fails again and again: each of its processes begins with what one of the cuts of the last process has left, and
 * every other cut of each is tried too.
 */
final class CutCell {

    private final Recorder recorder;
    private final Direction direction;
    private final Way way;
    private final CutPlan plan;
    private final Random random;
    private final CutReport report;

    /**
     * Prepares one.
     *
     * @param seed of all that is left to chance
     */
    CutCell(Recorder recorder, Direction direction, Way way, CutPlan plan, long seed) {
        this.recorder = recorder;
        this.direction = direction;
        this.way = way;
        this.plan = plan;
        this.random = new Random(seed);
        this.report = new CutReport(direction.toString());
    }

    CutReport run() throws IOException, InterruptedException {
        Path scratch = scratch();
        Recovery.Store store = new Recovery.Store(scratch, way.durability());
        try {
            World world = new World(new TreeMap<>());
            Map<String, List<SessionChange>> sessions =
                    Life.clients().stream().collect(Collectors.toMap(Function.identity(), client -> List.of()));
            for (int life = 0; life < plan.lives() || report.cuts() < plan.cuts(); life++) {
                List<Operation> operations = live(life, world, scratch);
                LifeCuts cuts = new LifeCuts(world, sessions, operations, plan, random, store, report);
                cuts.run();
                world = cuts.next();
                sessions = store.recover(world).changes();
            }
            return report;
        } finally {
            TemporaryDirectory.delete(scratch);
        }
    }

    /** In memory where there is such a place: what is flushed in a rebuilt directory is nobody's. */
    private static Path scratch() throws IOException {
        Path memory = Path.of("/dev/shm");
        Path scratch = Files.isWritable(memory)
                ? Files.createTempDirectory(memory, "power-cut-")
                : Files.createTempDirectory("power-cut-");
        return scratch.toRealPath();
    }

    /** A Server of its own has the Session that the one before had not: what it was told after the cut has not been. */
    private List<Operation> live(int life, World world, Path scratch) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(scratch, "life-");
        world.writeTo(directory);
        try (RunningServer server =
                RunningServer.mosquitto("set_tcp_nodelay true").orElseThrow()) {
            boolean closes = life % 2 == 0;
            List<Operation> operations =
                    recorder.record(new LifeOrder(directory, server.uri(), direction, plan.messages(), way, closes));
            requireAllRecorded(world, operations, World.of(directory));
            return operations;
        } finally {
            TemporaryDirectory.delete(directory);
        }
    }

    /** What the recorder does not see, it would not lose either. */
    private static void requireAllRecorded(World before, List<Operation> operations, World after) {
        Disk disk = Disk.of(before.files());
        operations.stream()
                .filter(operation -> !operation.name().equals(Told.FILE))
                .forEach(disk::apply);
        World replayed = disk.cut(Choice.all(disk.unflushed()).fates(), Disk.Growth.NONE);
        if (!replayed.fingerprint().equals(after.fingerprint())) {
            throw new IllegalStateException(
                    "the recorder has not seen all: " + replayed.fingerprint() + " is " + after.fingerprint());
        }
    }
}
