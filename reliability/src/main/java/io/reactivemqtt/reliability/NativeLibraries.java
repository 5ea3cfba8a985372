package io.reactivemqtt.reliability;

import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * The libraries of SQLite and Netty that are not Java, once for all processes: else each would copy its own out of a jar, to the
 * disk that the stores and journals are waiting for.
 */
final class NativeLibraries {

    private NativeLibraries() {}

    /** Copies them into a directory, as far as there are any for this machine, and returns what a JVM must be told to use them. */
    static List<String> copyTo(Path directory) throws IOException {
        String sqlite = LibraryLoaderUtil.getNativeLibName();
        copy(LibraryLoaderUtil.getNativeLibResourcePath().substring(1) + "/" + sqlite, directory.resolve(sqlite));
        String epoll = "libnetty_transport_native_epoll_" + PlatformDependent.normalizedArch() + ".so";
        copy("META-INF/native/" + epoll, directory.resolve(epoll));
        return List.of("-Dorg.sqlite.lib.path=" + directory, "-Djava.library.path=" + directory);
    }

    private static void copy(String resource, Path target) throws IOException {
        try (InputStream library = NativeLibraries.class.getClassLoader().getResourceAsStream(resource)) {
            if (library != null) {
                Files.copy(library, target);
            }
        }
    }
}
