/** Checks of the whole repository, that belong to no module: its pages, and which test shows which statement of the standards. */
@NullMarked
package io.reactivemqtt.checks;

import org.jspecify.annotations.NullMarked;
