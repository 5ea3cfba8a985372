package io.reactivemqtt.reliability;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a process is told on its command line.
 *
 * @param cells what it does: a client for each
 * @param server where
 * @param directory where the store and the journals are
 * @param run counts the processes over this store, from 1
 * @param last whether it adds nothing of its own, because it is not going to be killed
 * @param setup the class of its {@link ChildSetup}
 */
record ChildOrder(List<Cell> cells, URI server, Path directory, int run, boolean last, String setup) {

    private static final int FIRST_CELL = 5;

    static ChildOrder of(String... arguments) {
        return new ChildOrder(
                Arrays.stream(arguments)
                        .skip(FIRST_CELL)
                        .map(name -> Cell.named(name).orElseThrow())
                        .toList(),
                URI.create(arguments[0]),
                Path.of(arguments[1]),
                Integer.parseInt(arguments[2]),
                Boolean.parseBoolean(arguments[3]),
                arguments[4]);
    }

    List<String> arguments() {
        List<String> arguments = new ArrayList<>(
                List.of(server.toString(), directory.toString(), Integer.toString(run), Boolean.toString(last), setup));
        cells.forEach(cell -> arguments.add(cell.name()));
        return arguments;
    }

    /** What the clients of the cell have done: accepted, or taken effect. */
    Path journal(Cell cell) {
        return journal(directory, cell);
    }

    static Path journal(Path directory, Cell cell) {
        return directory.resolve("journal-" + cell.name());
    }

    /** What the batch receiver of the cell has committed. */
    Path database(Cell cell) {
        return database(directory, cell);
    }

    static Path database(Path directory, Cell cell) {
        return directory.resolve("committed-" + cell.name() + ".db");
    }

    ChildSetup newSetup() throws ReflectiveOperationException {
        return Class.forName(setup)
                .asSubclass(ChildSetup.class)
                .getDeclaredConstructor()
                .newInstance();
    }
}
