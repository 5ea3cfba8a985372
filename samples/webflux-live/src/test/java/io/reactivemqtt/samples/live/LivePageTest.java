package io.reactivemqtt.samples.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.WebDriverWait;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

/** The page, in Chromium as Debian has it; with {@code -Dscreenshots=DIRECTORY} it takes its picture, in both themes. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"live.directory=./target/live-${random.uuid}", "live.interval=100ms"})
class LivePageTest {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static @Nullable ChromeDriver started;

    @Value("${local.server.port}")
    private int port;

    @SuppressWarnings("NullAway.Init")
    private ChromeDriver chromium;

    @BeforeAll
    static void start() {
        assumeThat(CHROMIUM)
                .as("Debian's packages chromium and chromium-driver")
                .exists();
        assumeThat(DRIVER).exists();
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage");
        started = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(DRIVER.toFile())
                        .build(),
                options);
    }

    @AfterAll
    static void end() {
        if (started != null) {
            started.quit();
        }
    }

    @BeforeEach
    void open() {
        chromium = Objects.requireNonNull(started);
        chromium.manage().window().setSize(new Dimension(1200, 1180));
        chromium.get("http://localhost:" + port + "/");
    }

    private WebElement element(String id) {
        return chromium.findElement(By.id(id));
    }

    private long number(String id) {
        String text = element(id).getText().replace(",", "");
        return text.matches("\\d+") ? Long.parseLong(text) : -1;
    }

    private void until(String what, java.util.function.BooleanSupplier condition) {
        new WebDriverWait(chromium, PATIENCE).withMessage(what).until(driver -> condition.getAsBoolean());
    }

    private long points() {
        String points = element("chart").getDomAttribute("data-points");
        return points == null ? 0 : Long.parseLong(points);
    }

    private boolean isConnected() {
        return "CONNECTED".equals(element("state").getDomAttribute("data-status"));
    }

    @Test
    void readingsMoveTheChart() {
        until("it is connected", this::isConnected);
        until("readings arrive", () -> points() > 10);
        long before = points();
        until("the chart goes on", () -> points() > before);
        assertThat(element("latest").getText()).contains("s1");
    }

    @Test
    void whatIsPublishedByTheKeyboardComesBack() {
        until("it is connected", this::isConnected);
        WebElement celsius = chromium.findElement(By.name("celsius"));
        celsius.clear();
        celsius.sendKeys("31.5", Keys.ENTER);
        until("the outcome is told", () -> element("outcome").getText().contains("ACKNOWLEDGED"));
        until("it comes back", () -> element("latest").getText().contains("mine 31.5"));
    }

    @Test
    void aDeviceAnswers() {
        until("it is connected", this::isConnected);
        chromium.findElement(By.cssSelector("#identify button")).click();
        until("the answer is shown", () -> element("answer").getText().contains("sensor 1"));
    }

    @Test
    void aCutIsSeenAndTheSessionResumesWithoutALoss() {
        until("it is connected", this::isConnected);
        until("numbers are shown", () -> number("reconnects") >= 0);
        long before = number("reconnects");
        element("cut").click();
        until("the cut is seen", () -> !isConnected());
        until("it is connected again", this::isConnected);
        until("the reconnect is counted", () -> number("reconnects") > before);
        until("what was missed has come", () -> number("stored") >= number("sent") - 20);
        assertThat(number("lost")).isZero();
        assertThat(element("events").getText()).contains("SessionResumed");
    }

    @Test
    void itFitsAPhone() {
        chromium.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", 360, "height", 740, "deviceScaleFactor", 1, "mobile", true));
        try {
            until("it is connected", this::isConnected);
            Object overflow = chromium.executeScript(
                    "return document.documentElement.scrollWidth - document.documentElement.clientWidth");
            assertThat(overflow).isEqualTo(0L);
        } finally {
            chromium.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        }
    }

    @Test
    void bothThemesAreReadable() throws IOException {
        until("it is connected", this::isConnected);
        until("readings arrive", () -> points() > 400);
        for (String theme : List.of("light", "dark")) {
            chromium.executeCdpCommand(
                    "Emulation.setEmulatedMedia",
                    Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", theme))));
            until("the theme is " + theme, () -> contrast() > 7);
            String directory = System.getProperty("screenshots");
            if (directory != null) {
                Files.write(
                        Files.createDirectories(Path.of(directory)).resolve("live-" + theme + ".png"),
                        chromium.getScreenshotAs(OutputType.BYTES));
            }
        }
    }

    /** Of text on a card, as WCAG computes it. */
    private double contrast() {
        return Stream.of("""
                const light = (rgb) => rgb.match(/[\\d.]+/g).slice(0, 3).map((v) => v / 255)
                  .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
                  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
                const card = document.querySelector('.card');
                const [a, b] = [getComputedStyle(card).color, getComputedStyle(card).backgroundColor].map(light);
                return String((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
                """)
                .map(chromium::executeScript)
                .mapToDouble(found -> Double.parseDouble(String.valueOf(found)))
                .sum();
    }
}
