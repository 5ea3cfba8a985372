package io.reactivemqtt.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What holds for the rooms of every module; its own rules stand in the subclass. */
public abstract class ArchitectureRules {

    private final Rooms rooms;

    /** Takes the rooms of the module, which are looked at once for all tests. */
    protected ArchitectureRules(Rooms rooms) {
        this.rooms = rooms;
    }

    @Test
    public void everyClassHasARoom() {
        assertThat(rooms.classesWithoutARoom()).isEmpty();
    }

    @Test
    public void roomsKnowOnlyThoseBelow() {
        assertThat(rooms.forbiddenArrows()).isEmpty();
    }

    @Test
    public void noCircleOfClassesCrossesRooms() {
        assertThat(rooms.circlesAcrossRooms()).isEmpty();
    }
}
