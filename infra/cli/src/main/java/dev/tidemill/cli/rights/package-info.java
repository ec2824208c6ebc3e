/** The rights that principals need, by role: printed by `topics acls`, examined by `doctor`. */
@NullMarked
package dev.tidemill.cli.rights;

import org.jspecify.annotations.NullMarked;
