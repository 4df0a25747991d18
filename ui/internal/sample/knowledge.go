package sample

import "timebound/model"

// Knowledge is what the sample is judged with.
func Knowledge() model.Knowledge { return knowledge() }
