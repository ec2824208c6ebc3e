/** Tests of the rights of principals. */
@NullMarked
package dev.tidemill.cli.rights;

import org.jspecify.annotations.NullMarked;
