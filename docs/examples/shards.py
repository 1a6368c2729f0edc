"""Runs the shards of `transfer-learning predict` on a cluster. The function for one shard is the same for Spark, Ray and this machine.

On this machine: python3 shards.py MODEL IMAGES OUTPUT SHARDS [TOOL...]
"""
import concurrent.futures
import functools
import subprocess
import sys


def run_shard(index, count, model, images, output, tool=("transfer-learning",)):
    """One shard: a finished one takes a second, so it may run again after any failure."""
    command = [*tool, "predict", model, images, "--output", output, "--shard", f"{index}/{count}", "--json"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"shard {index}/{count}: {done.stderr.strip()}")
    return done.stdout


def on_spark(session, count, **job):
    """One task for each shard; `output` is a folder that all executors share."""
    shards = session.sparkContext.parallelize(range(count), count)
    shards.map(functools.partial(run_shard, count=count, **job)).collect()
    return session.read.parquet(job["output"])


def on_ray(ray, count, cpus=2, **job):
    """One task for each shard; `output` is a folder that all nodes share."""
    task = ray.remote(num_cpus=cpus, max_retries=3, retry_exceptions=True)(run_shard)
    ray.get([task.remote(index, count=count, **job) for index in range(count)])
    return ray.data.read_parquet(job["output"])


if __name__ == "__main__":
    model, images, output, count, *tool = sys.argv[1:]
    work = functools.partial(
        run_shard, count=int(count), model=model, images=images, output=output, tool=tuple(tool) or ("transfer-learning",))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for line in pool.map(work, range(int(count))):
            print(line, end="")
