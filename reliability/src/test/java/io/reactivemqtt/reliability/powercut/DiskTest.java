package io.reactivemqtt.reliability.powercut;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivemqtt.reliability.powercut.Disk.Growth;
import io.reactivemqtt.reliability.powercut.Operation.Kind;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a disk keeps, and what it may lose. */
class DiskTest {

    private static final int SECTOR = 512;

    private static Operation write(String name, int at, String text) {
        return new Operation(Kind.WRITE, name, at, text.getBytes(US_ASCII));
    }

    private static Operation to(Kind kind, String name) {
        return new Operation(kind, name, 0, new byte[0]);
    }

    private static Disk of(String text) {
        return Disk.of(Map.of("file", text.getBytes(US_ASCII)));
    }

    private static String text(World world) {
        return new String(Objects.requireNonNull(world.files().get("file")), US_ASCII);
    }

    @Test
    void whatWasFlushedIsThereAndWhatWasNotMayBe() {
        Disk disk = of("....");
        disk.apply(write("file", 0, "A"));
        disk.apply(to(Kind.SYNC, "file"));
        disk.apply(write("file", 1, "B"));
        disk.apply(write("file", 2, "C"));

        assertThat(text(disk.cut(Choice.none(2).fates(), Growth.NONE))).isEqualTo("A...");
        assertThat(text(disk.cut(Choice.all(2).fates(), Growth.NONE))).isEqualTo("ABC.");
        assertThat(text(disk.cut(Choice.firstLost(2).fates(), Growth.NONE))).isEqualTo("A.C.");
    }

    @Test
    void aFileMayHaveGrownByWhatIsLost() {
        Disk disk = of("..");
        disk.apply(write("file", 2, "AB"));

        assertThat(text(disk.cut(List.of(Fate.LOST), Growth.NONE))).isEqualTo("..");
        assertThat(text(disk.cut(List.of(Fate.LOST), Growth.ZEROS))).isEqualTo("..\0\0");
        assertThat(text(disk.cut(List.of(Fate.LOST), Growth.GARBAGE)))
                .hasSize(4)
                .startsWith("..");
    }

    @Test
    void aNameIsThereOnceTheDirectoryWasFlushedAndNotWithTheFile() {
        Disk disk = of("");
        disk.apply(to(Kind.CREATE, "other"));
        disk.apply(write("other", 0, "A"));
        disk.apply(to(Kind.SYNC, "other"));
        assertThat(disk.cut(Choice.none(1).fates(), Growth.NONE).files()).containsOnlyKeys("file");

        disk.apply(to(Kind.SYNC, ""));
        disk.apply(to(Kind.UNLINK, "other"));
        assertThat(disk.cut(Choice.none(1).fates(), Growth.NONE).files()).containsKeys("file", "other");
        assertThat(disk.cut(Choice.all(1).fates(), Growth.NONE).files()).containsOnlyKeys("file");
    }

    @Test
    void aTornWriteLeavesWholeSectors() {
        Disk disk = of(".".repeat(4 * SECTOR));
        disk.apply(write("file", SECTOR / 2, "A".repeat(3 * SECTOR)));

        String torn = text(disk.cut(List.of(new Fate(Fate.What.TORN, SECTOR, 3)), Growth.NONE));

        for (int half = 0; half < torn.length(); half += SECTOR / 2) {
            assertThat(torn.substring(half, half + SECTOR / 2).chars().distinct())
                    .hasSize(1);
        }
        assertThat(torn.substring(SECTOR, 3 * SECTOR)).contains("A").contains(".");
    }

    @Test
    void eachMomentIsTriedWithNothingAllAndOthers() {
        List<Choice> choices = Choice.some(5, 100, new Random(1));

        assertThat(choices)
                .contains(Choice.none(5), Choice.all(5), Choice.firstLost(5))
                .hasSize(103);
        assertThat(choices).allSatisfy(choice -> assertThat(choice.fates()).hasSize(5));
        assertThat(Choice.some(0, 100, new Random(1))).containsExactly(Choice.none(0));
    }

    @Test
    void whatNobodyHasSeenBeingMadeIsAnError() {
        assertThatThrownBy(() -> of("").apply(write("unknown", 0, "A"))).hasMessageContaining("unknown");
    }
}
