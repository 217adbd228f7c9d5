"""The health report: one self-contained page for the screen, the phone and the printer. 体检报告"""
