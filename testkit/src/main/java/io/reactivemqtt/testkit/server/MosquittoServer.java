package io.reactivemqtt.testkit.server;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/** {@link ServerKind#MOSQUITTO}: the program, with a configuration and a directory of its own. */
final class MosquittoServer implements RunningServer {

    private static final int START_ATTEMPTS = 5;
    private static final long PATIENCE_SECONDS = 10;
    private static final Pattern RUNNING = Pattern.compile("mosquitto version (\\S+) running");

    private final Path program;
    private final ServerSetup setup;
    private final Path directory;
    private final Thread endWithJvm = new Thread(this::kill, "mosquitto-end");
    private int port;
    private volatile String version = "";
    private @Nullable Process process;

    private MosquittoServer(Path program, ServerSetup setup) {
        this.program = program;
        this.setup = setup;
        this.directory = TemporaryDirectory.create("mqtt-server-");
    }

    /** Returns where the program is, if it is there. */
    static Optional<Path> program() {
        String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin" + File.pathSeparator
                + "/usr/local/sbin" + File.pathSeparator + "/opt/homebrew/sbin";
        return Stream.of(path.split(File.pathSeparator, -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "mosquitto"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static MosquittoServer start(Path program, ServerSetup setup) {
        MosquittoServer server = new MosquittoServer(program, setup);
        Runtime.getRuntime().addShutdownHook(server.endWithJvm);
        try {
            server.startOnFreePort();
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void startOnFreePort() {
        for (int attempt = 1; ; attempt++) {
            port = FreePort.find();
            try {
                start();
                return;
            } catch (IllegalStateException e) { // somebody else may have taken the port meanwhile
                if (attempt == START_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    @Override
    public URI uri() {
        return URI.create("mqtt://127.0.0.1:" + port);
    }

    @Override
    public String name() {
        return "mosquitto " + version;
    }

    @Override
    public boolean keepsSessions() {
        return true; // over stop(); kill() loses what was not yet saved
    }

    @Override
    public synchronized void start() {
        if (process != null && process.isAlive()) {
            return;
        }
        try {
            Path configuration = writeConfiguration();
            Process started = new ProcessBuilder(program.toString(), "-c", configuration.toString())
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            process = started;
            awaitRunning(started);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitRunning(Process started) {
        CompletableFuture<Boolean> running = new CompletableFuture<>();
        LogTail log = LogTail.of(
                started.getInputStream(),
                line -> {
                    Matcher words = RUNNING.matcher(line);
                    if (words.find()) {
                        version = words.group(1);
                        running.complete(true);
                    }
                },
                () -> running.complete(false));
        if (!Waiting.until(() -> runs(running))) {
            kill();
            throw new IllegalStateException("mosquitto did not start on port " + port + ":\n" + log.text());
        }
    }

    private static boolean runs(CompletableFuture<Boolean> running) throws InterruptedException {
        try {
            return running.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    private Path writeConfiguration() throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                "listener " + port + " 127.0.0.1",
                "allow_anonymous " + !setup.isProtected(),
                "persistence true",
                "persistence_location " + directory + File.separator,
                "max_queued_messages 0", // no limit
                "log_dest stderr",
                "user " + System.getProperty("user.name"))); // else root becomes somebody who cannot write here
        if (setup.isProtected()) {
            Path passwords = directory.resolve("passwords");
            Files.writeString(passwords, setup.userName() + ":" + hash(setup.password()) + "\n");
            lines.add("password_file " + passwords);
        }
        lines.addAll(setup.mosquittoOptions());
        return Files.write(directory.resolve("mosquitto.conf"), lines);
    }

    /** What {@code mosquitto_passwd} writes, without needing that program: PBKDF2, SHA-512, 101 rounds, 12 bytes of salt. */
    private static String hash(String password) {
        byte[] salt = new byte[12];
        new SecureRandom().nextBytes(salt);
        char[] characters = password.toCharArray();
        try {
            byte[] hash = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                    .generateSecret(new PBEKeySpec(characters, salt, 101, 512))
                    .getEncoded();
            Base64.Encoder base64 = Base64.getEncoder();
            return "$7$101$" + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } finally {
            Arrays.fill(characters, '\0');
        }
    }

    @Override
    public synchronized void stop() {
        if (process != null) {
            end(process, process::destroy);
            process = null;
        }
    }

    @Override
    public synchronized void kill() {
        if (process != null) {
            end(process, process::destroyForcibly);
            process = null;
        }
    }

    private static void end(Process running, Runnable how) {
        how.run();
        if (!Waiting.until(() -> running.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))) {
            running.destroyForcibly();
        }
    }

    @Override
    public void close() {
        kill();
        TemporaryDirectory.delete(directory);
        try {
            Runtime.getRuntime().removeShutdownHook(endWithJvm);
        } catch (IllegalStateException e) {
            return; // the JVM is ending, and the hook runs
        }
    }
}
