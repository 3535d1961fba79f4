"""Where chunks of trials run: on this machine, or on a cluster. One file an executor, behind one small interface.

contract           what a sweep asks of an executor                                  Executor, WorkerLost
local              processes of this machine                                         Local
dask, ray          workers of a Dask or Ray cluster                                  Dask, Ray
slurm              jobs of a Slurm cluster                                           Slurm

envelope           an order on its way to a cluster, run by one worker only          Envelope, Outbox
cluster_size       how many workers a cluster has at present                         ClusterSize
jobs               the jobs of a sweep in the queue of a batch system                Jobs
job_supervisor     the sweep's side of a folder of orders: keeps jobs running        JobSupervisor
spool              the job's side of that folder: takes orders and runs them         serve

docs/executors.md says how to choose an executor and how to add one.
"""

from harness.running.executors.contract import Executor, WorkerLost
from harness.running.executors.local import Local

__all__ = ["Executor", "Local", "WorkerLost"]
