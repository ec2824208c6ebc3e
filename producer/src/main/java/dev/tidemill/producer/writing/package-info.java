/** Text generation with a model, byte by byte. */
@NullMarked
package dev.tidemill.producer.writing;

import org.jspecify.annotations.NullMarked;
