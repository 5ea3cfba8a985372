package io.reactivemqtt.samples.live;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a browser does with the service, without one. */
final class Browser {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI service;

    Browser(int port) {
        this.service = URI.create("http://localhost:" + port);
    }

    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(service.resolve(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .timeout(PATIENCE)
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(service.resolve(path)).timeout(PATIENCE).build(), BodyHandlers.ofString());
    }

    /** Begins to read events, and leaves what comes unread until it is asked for. */
    InputStream live() throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(service.resolve("/api/live")).build(), BodyHandlers.ofInputStream())
                .body();
    }

    /** Reads events until one of that name is as it should be. */
    JsonNode next(String name, Predicate<JsonNode> wanted) throws IOException, InterruptedException {
        return next(name, wanted, PATIENCE);
    }

    /** As {@link #next(String, Predicate)}, for so long. */
    JsonNode next(String name, Predicate<JsonNode> wanted, Duration patience) throws IOException, InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        try (InputStream stream = live();
                BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            String event = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event:")) {
                    event = line.substring("event:".length());
                } else if (line.startsWith("data:") && event.equals(name)) {
                    JsonNode data = JSON.readTree(line.substring("data:".length()));
                    if (wanted.test(data)) {
                        return data;
                    }
                }
                if (System.nanoTime() > until) {
                    break;
                }
            }
        }
        throw new AssertionError("no " + name + " as wanted came");
    }
}
