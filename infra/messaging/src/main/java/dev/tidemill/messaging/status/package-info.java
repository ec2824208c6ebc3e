/** What a model's workers announce about themselves on the topic `progress`. */
@NullMarked
package dev.tidemill.messaging.status;

import org.jspecify.annotations.NullMarked;
