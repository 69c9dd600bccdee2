"""The performance agreement (perjanjian kinerja) of an agency: goals and IKU, the top of the cascade."""
