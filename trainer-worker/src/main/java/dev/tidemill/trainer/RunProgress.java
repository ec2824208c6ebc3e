package dev.tidemill.trainer;

/**
 * A snapshot of a model's training progress.
 *
 * @param steps number of optimizer steps since the lineage began
 * @param samples trained since the lineage began
 * @param refusedRecords number of records refused since the lineage began
 */
record RunProgress(int epoch, long steps, long samples, double learningRate, long refusedRecords) {}
