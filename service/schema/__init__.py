"""Schema: what the HTTP API takes and gives, as its documentation states it and as every answer is checked against."""
