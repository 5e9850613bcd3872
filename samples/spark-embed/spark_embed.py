"""Embeds photographs with Spark: each partition feeds its paths to one `vit` and reads a line a path.

RDD.pipe writes an element a line and takes a line an element back, so the answers are in the order of
the paths, and a photograph that cannot be read is a line with its error, not the end of the job.
"""

import json
import os
import sys

from pyspark.sql import SparkSession

vit, folder = sys.argv[1], os.path.abspath(sys.argv[2])
paths = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
paths.insert(1, os.path.join(folder, "missing.jpg"))

spark = (
    SparkSession.builder.master("local[2]")
    .appName("vit")
    .config("spark.ui.enabled", "false")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.driver.host", "127.0.0.1")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")

# One thread a partition: Spark runs as many partitions at once as there are cores.
command = f"{vit} embed --quiet --threads 1 --format jsonl --files-from -"
answers = spark.sparkContext.parallelize(paths, 2).pipe(command).map(json.loads).collect()
spark.stop()

assert [answer["input"] for answer in answers] == paths, "an answer is missing or out of order"
for answer in answers:
    vector = answer.get("embedding")
    text = answer["error"] if vector is None else f"{len(vector)} numbers"
    print(f"{os.path.basename(answer['input'])}: {text}")
failed = sum("error" in answer for answer in answers)
print(f"{len(answers)} answers, {failed} failed")
