/** What a kernel is, and the kernels that do not depend on what a layer's values stand for. */
@NullMarked
package dev.tidemill.engine.dl4j.kernel;

import org.jspecify.annotations.NullMarked;
