package io.reactivemqtt.reliability;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * What a process is told on its command line.
 *
 * @param cell what it does
 * @param server where
 * @param directory where the store and the journal are
 * @param run counts the processes of the cell, from 1
 * @param last whether it adds nothing of its own, because it is not going to be killed
 * @param setup the class of its {@link ChildSetup}
 */
record ChildOrder(Cell cell, URI server, Path directory, int run, boolean last, String setup) {

    static ChildOrder of(String... arguments) {
        return new ChildOrder(
                new Cell(
                        Cell.Direction.valueOf(arguments[0]),
                        Qos.valueOf(arguments[1]),
                        ProtocolVersion.valueOf(arguments[2])),
                URI.create(arguments[3]),
                Path.of(arguments[4]),
                Integer.parseInt(arguments[5]),
                Boolean.parseBoolean(arguments[6]),
                arguments[7]);
    }

    List<String> arguments() {
        return List.of(
                cell.direction().name(),
                cell.qos().name(),
                cell.version().name(),
                server.toString(),
                directory.toString(),
                Integer.toString(run),
                Boolean.toString(last),
                setup);
    }

    /** What the process has done: accepted, or taken effect. */
    Path journal() {
        return journal(directory);
    }

    static Path journal(Path directory) {
        return directory.resolve("journal");
    }

    ChildSetup newSetup() throws ReflectiveOperationException {
        return Class.forName(setup)
                .asSubclass(ChildSetup.class)
                .getDeclaredConstructor()
                .newInstance();
    }
}
