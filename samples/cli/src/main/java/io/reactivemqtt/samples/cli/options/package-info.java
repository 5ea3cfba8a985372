/** What can be said on the command line, and what it means for the client. */
@NullMarked
package io.reactivemqtt.samples.cli.options;

import org.jspecify.annotations.NullMarked;
