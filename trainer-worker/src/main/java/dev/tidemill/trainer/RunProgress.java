package dev.tidemill.trainer;

/**
 * How far a model is.
 *
 * @param steps optimizer updates since the lineage began
 * @param samples since the lineage began
 * @param refusedRecords since the lineage began
 */
record RunProgress(int epoch, long steps, long samples, double learningRate, long refusedRecords) {}
