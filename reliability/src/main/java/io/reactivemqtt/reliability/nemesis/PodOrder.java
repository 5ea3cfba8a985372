package io.reactivemqtt.reliability.nemesis;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * What a pod is told on its command line.
 *
 * @param name of the pod
 * @param server where the Server is
 * @param database the address of the database
 * @param redis the address of the Redis that has the Session; empty: the database has it
 * @param handling what becomes of messages
 * @param log where it writes what it has done
 */
record PodOrder(String name, URI server, String database, String redis, Handling handling, Path log) {

    static PodOrder of(String... arguments) {
        return new PodOrder(
                arguments[0],
                URI.create(arguments[1]),
                arguments[2],
                arguments[3],
                Handling.valueOf(arguments[4]),
                Path.of(arguments[5]));
    }

    List<String> arguments() {
        return List.of(name, server.toString(), database, redis, handling.name(), log.toString());
    }
}
