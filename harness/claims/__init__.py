"""Claims: contrasts with rules of decision fixed in advance, and the verdicts on them.

contrasts   what is asked of data: a direction, a share, a stated number
judging     the verdict on each contrast, and on each claim
"""
