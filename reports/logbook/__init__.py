"""The sheets that a school keeps: the day's log, the repairs, the acceptance of a new system. 工作记录"""
