/**
 * What a power cut leaves: processes work with the real store while each write and each flush of its files is written down; then the
 * files are rebuilt as a disk may hold them after a cut, at every flush and between, and recovered. {@link
 * io.reactivemqtt.reliability.powercut.PowerCutHarness} begins it.
 *
 * <p>{@link io.reactivemqtt.reliability.powercut.Disk} and {@link io.reactivemqtt.reliability.powercut.History} know nothing of
 * processes: they follow what was written down.
 */
@NullMarked
package io.reactivemqtt.reliability.powercut;

import org.jspecify.annotations.NullMarked;
